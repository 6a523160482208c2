#pragma once
#include <sys/types.h>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/secret.hpp"

// Files that hold keys: made for their owner alone, refused when they are wider.

namespace telltale::app {

/// Makes every missing folder of the path, for its owner alone. Error: file_failed.
[[nodiscard]] Result<void> make_private_folder(const std::string& dir);

/// Takes the folder's rights from everybody but its owner, whatever it was. Error: file_failed.
[[nodiscard]] Result<void> narrow_folder(const std::string& dir);

/// Refuses a folder that is not this user's (or root's), or that others may look into or change: ca_key_exposed, with
/// what to type.
[[nodiscard]] Result<void> check_private_folder(const std::string& dir);

/// Refuses a key that is not this user's (or root's), or that others may use: ca_key_exposed, with what to type. A file
/// that is not there is fine.
[[nodiscard]] Result<void> check_private_file(const std::string& path);

/// The text of such a file, judged on the descriptor that it is read from. Errors: file_failed, ca_key_exposed.
[[nodiscard]] Result<Secret> read_private_file(const std::string& path);

/// A new file in one piece: written under another name that nothing stands behind (O_EXCL, O_NOFOLLOW), synced, linked;
/// nothing that is there is replaced. The mode is as said, whatever the umask. Error: file_failed.
[[nodiscard]] Result<void> write_new_file(const std::string& path, std::string_view text, mode_t mode);

/// Whether there is anything of that name, a dangling link too.
[[nodiscard]] bool is_there(const std::string& path);

/// Holds a folder's lock until it dies, so that one process at a time makes or loads what is in it.
class FolderLock {
 public:
  [[nodiscard]] static Result<FolderLock> take(const std::string& dir);  ///< waits. Error: file_failed
  FolderLock(FolderLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace telltale::app
